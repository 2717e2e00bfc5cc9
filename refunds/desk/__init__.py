"""What people do at the desk: who they are and may do, what they did, chats and cases in their hands."""
