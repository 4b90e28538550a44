"""XLSForm, the spreadsheet form of ODK, Kobo and others: in and out.

    workbook    .xlsx and .xls -> rows of texts
    columns     headers: what they are about, in which language
    kinds       what each type becomes, and which are refused
    relevant    `${food} = 'bad'` -> Condition, and back
    ranges      bins for whole numbers
    reading     a workbook -> Questionnaire, or every fault at once
    rows_in     its rows -> questions in the shape of our own files
    writing     Questionnaire -> workbook

Source: XLSForm.org reference; ODK and pyxform accept what `writing` makes.
"""
