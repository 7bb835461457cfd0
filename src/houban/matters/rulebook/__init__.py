"""The rules of matters as a book: standards, types, filing rules, duties and office hours, out and in."""
