"""What parties sign with: whose signature it is, and which authorities count."""
