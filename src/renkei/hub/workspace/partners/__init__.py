"""The book of partners: how a service of ours reaches the services of other offices."""
