"""Every message and event that a service account is sent. WeChat docs: receiving messages, events."""

HEAD = (
    "<ToUserName><![CDATA[gh_dealer000001]]></ToUserName>"
    "<FromUserName><![CDATA[oUser000001]]></FromUserName><CreateTime>1795000000</CreateTime>"
)


def message(kind: str, rest: str, msg_id: str = "24812345678901234") -> bytes:
    """A message as the platform posts it."""
    inner = f"<MsgType><![CDATA[{kind}]]></MsgType>{rest}<MsgId>{msg_id}</MsgId>"
    return f"<xml>{HEAD}{inner}</xml>".encode()


def event(name: str, rest: str = "") -> bytes:
    """An event as the platform posts it."""
    inner = f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{rest}"
    return f"<xml>{HEAD}{inner}</xml>".encode()


def _key(key: str) -> str:
    return f"<EventKey><![CDATA[{key}]]></EventKey>"


_SCAN = "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>LSVAA</ScanResult></ScanCodeInfo>"
_PICS = (
    "<SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum>5a75</PicMd5Sum></item></PicList>"
    "</SendPicsInfo>"
)
_PLACE = (
    "<SendLocationInfo><Location_X>23</Location_X><Location_Y>113</Location_Y><Scale>15</Scale>"
    "<Label><![CDATA[广州]]></Label><Poiname><![CDATA[]]></Poiname></SendLocationInfo>"
)
_ASKED = (
    "<SubscribeMsgPopupEvent><List><TemplateId>VRR0</TemplateId>"
    "<SubscribeStatusString>accept</SubscribeStatusString><PopupScene>2</PopupScene></List>"
    "<List><TemplateId>VRR1</TemplateId><SubscribeStatusString>reject</SubscribeStatusString>"
    "<PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>"
)
_SENT = (
    "<SubscribeMsgSentEvent><List><TemplateId>VRR0</TemplateId><MsgID>1700827132819554304</MsgID>"
    "<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>"
)
_PUBLISHED = (
    "<PublishEventInfo><publish_id>2</publish_id><publish_status>0</publish_status>"
    "<article_detail><count>1</count><item><idx>1</idx><article_url>u</article_url></item>"
    "</article_detail></PublishEventInfo>"
)
_MASS = (
    "<MsgID>1000001625</MsgID><Status><![CDATA[send success]]></Status><TotalCount>100</TotalCount>"
    "<FilterCount>80</FilterCount><SentCount>75</SentCount><ErrorCount>5</ErrorCount>"
    "<CopyrightCheckResult><Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx></item>"
    "</ResultList><CheckState>1</CheckState></CopyrightCheckResult>"
)
_TICKET = "<Ticket><![CDATA[gQE]]></Ticket>"

MESSAGES = {
    "text": "<Content><![CDATA[满意]]></Content><bizmsgmenuid>101</bizmsgmenuid>",
    "image": "<PicUrl><![CDATA[http://mmbiz.example/x/0]]></PicUrl><MediaId>m1</MediaId>",
    "voice": "<MediaId>m2</MediaId><Format>amr</Format><MediaId16K>m3</MediaId16K>",
    "video": "<MediaId>m4</MediaId><ThumbMediaId>t4</ThumbMediaId>",
    "shortvideo": "<MediaId>m5</MediaId><ThumbMediaId>t5</ThumbMediaId>",
    "location": (
        "<Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y><Scale>15</Scale>"
        "<Label><![CDATA[上海]]></Label>"
    ),
    "link": "<Title>t</Title><Description>d</Description><Url>https://x.example</Url>",
    "file": "<Title>a.pdf</Title>",
    "miniprogrampage": "<Title>t</Title><AppId>wx1</AppId><PagePath>p</PagePath>",
    "hologram": "<Beam>7</Beam>",
}

# name as sent -> (elements, key, message id)
EVENTS: dict[str, tuple[str, str, str]] = {
    "subscribe": (_key("qrscene_store_3") + _TICKET, "qrscene_store_3", ""),
    "unsubscribe": (_key(""), "", ""),
    "SCAN": (_key("store_3") + _TICKET, "store_3", ""),
    "LOCATION": (
        "<Latitude>31.23</Latitude><Longitude>121.47</Longitude><Precision>65.0</Precision>",
        "",
        "",
    ),
    "CLICK": (_key("BOOK_SERVICE"), "BOOK_SERVICE", ""),
    "VIEW": (_key("https://x.example/p") + "<MenuId>1024</MenuId>", "https://x.example/p", ""),
    "view_miniprogram": (_key("pages/b") + "<MenuId>1024</MenuId>", "pages/b", ""),
    "scancode_push": (_key("VIN") + _SCAN, "VIN", ""),
    "scancode_waitmsg": (_key("VIN") + _SCAN, "VIN", ""),
    "pic_sysphoto": (_key("CAR") + _PICS, "CAR", ""),
    "pic_photo_or_album": (_key("CAR") + _PICS, "CAR", ""),
    "pic_weixin": (_key("CAR") + _PICS, "CAR", ""),
    "location_select": (_key("PICKUP") + _PLACE, "PICKUP", ""),
    "TEMPLATESENDJOBFINISH": (
        "<MsgID>200163836</MsgID><Status><![CDATA[failed:user block]]></Status>",
        "",
        "200163836",
    ),
    "MASSSENDJOBFINISH": (_MASS, "", "1000001625"),
    "FREEPUBLISHJOBFINISH": (_PUBLISHED, "", ""),
    "subscribe_msg_popup_event": (_ASKED, "", ""),
    "subscribe_msg_change_event": (_ASKED.replace("Popup", "Change"), "", ""),
    "subscribe_msg_sent_event": (_SENT, "", ""),
    "user_info_modified": ("<OpenID>oUser000001</OpenID><AppID>wx1</AppID>", "", ""),
    "user_authorization_revoke": ("<OpenID>o</OpenID><RevokeInfo>1</RevokeInfo>", "", ""),
    "user_authorization_cancellation": ("<OpenID>o</OpenID><AppID>wx1</AppID>", "", ""),
    "kf_create_session": ("<KfAccount><![CDATA[agent1@dealer]]></KfAccount>", "", ""),
    "kf_close_session": ("<KfAccount>a@d</KfAccount><CloseType>KF</CloseType>", "", ""),
    "kf_switch_session": ("<FromKfAccount>a</FromKfAccount><ToKfAccount>b</ToKfAccount>", "", ""),
    "qualification_verify_success": ("<ExpiredTime>1795000000</ExpiredTime>", "", ""),
    "qualification_verify_fail": ("<FailTime>1</FailTime><FailReason>r</FailReason>", "", ""),
    "naming_verify_success": ("<ExpiredTime>1795000000</ExpiredTime>", "", ""),
    "naming_verify_fail": ("<FailTime>1</FailTime><FailReason>r</FailReason>", "", ""),
    "annual_renew": ("<ExpiredTime>1795000000</ExpiredTime>", "", ""),
    "verify_expired": ("<ExpiredTime>1795000000</ExpiredTime>", "", ""),
    "submit_membercard_user_info": ("<CardId>c</CardId>", "", ""),
    "user_get_card": ("<CardId>c</CardId><IsGiveByFriend>0</IsGiveByFriend>", "", ""),
    "something_new": ("<What><Ever>1</Ever></What>", "", ""),
}
