"""Made from `renkei.client._async` by `make docs`: change it there."""
