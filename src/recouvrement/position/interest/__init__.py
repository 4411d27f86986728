"""Late interest: from an account and a law to its statement, line by line, with every source."""
