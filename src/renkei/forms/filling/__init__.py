"""From the standard's records to what stands in a form: a module a form, each with `fill(given) -> Form`. Pure."""
