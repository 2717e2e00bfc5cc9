"""The demo site: a pretend cloud vendor with the chat, and the development mailbox."""

from web.site.routes import router

__all__ = ["router"]
