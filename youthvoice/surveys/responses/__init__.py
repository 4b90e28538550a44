"""The answers of one child: page, form, sealing, storage; and those that were written on paper."""
