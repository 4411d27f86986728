"""What happened: immutable, dated facts, and the account that holds them."""
