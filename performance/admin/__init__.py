"""All pages. They register with the site when config.apps imports performance.admin.pages;
this file imports nothing, because the site itself lives in this package."""
