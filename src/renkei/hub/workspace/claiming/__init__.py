"""請求の前に: what the 国保連 would return or cut, found before the claim, with who must do what."""
