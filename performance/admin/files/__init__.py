"""What goes in and out: uploads, exports, paper, attachments, copies."""
