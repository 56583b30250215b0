"""A faithful local WeChat: the far side of every test and of the demo.

It shares nothing with the product but the clock and the settings: its signatures, its AES and its
XML are written a second time on purpose, so that one mistake is not made on both ends unseen. It
speaks to the product over HTTP only, as the platform does.

    world.py    the deeds of the people on their phones, and what they then see
    courier.py  the signed, encrypted callback with its 5 s cut-off and three deliveries
    api.py      the platform's API on its real paths
    phone.py    the page with the phone, the raw traffic and the time machine
"""
