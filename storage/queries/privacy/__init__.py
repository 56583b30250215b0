"""个人信息保护法: what is held on a person, for how long, and taking it away."""
