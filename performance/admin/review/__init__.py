"""The reviewer's pages: the queue, the sheet with its remarks, decisions, one or many."""
