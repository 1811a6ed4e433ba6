"""実績を入れる: a service office without care software reads its slips on the screen and answers them there."""
