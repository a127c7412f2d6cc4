"""The rival: a plain Django admin with plain django-import-export, as their documentation has it.

In its favour: a line refers to level 3 only (levels 1 and 2 follow from it and are not read),
units, categories and indicators are there before the import, the form has autocomplete fields
and no empty extra rows, the database settings are the portal's. Not tuned either: unit and
category are looked up at every row, as the portal checks them at every row.
"""
