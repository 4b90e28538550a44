"""What adults owe children: owner, due date, yes / partly / no because - one mechanism for all who owe."""
