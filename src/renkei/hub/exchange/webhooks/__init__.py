"""Calling an office's own server when there is something new for it, with nothing in the call that anybody may not see."""
