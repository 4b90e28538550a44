"""XLSForm, the spreadsheet format of ODK, Kobo and others: in and out."""
