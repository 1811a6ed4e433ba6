"""今月: what is still to be done before the claim."""
