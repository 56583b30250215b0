"""评价: what may be asked about, the answers, and what comes of them."""
