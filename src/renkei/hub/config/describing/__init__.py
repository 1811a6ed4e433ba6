"""The API as it describes itself: the words and promises of each operation, and the OpenAPI document made of them."""
