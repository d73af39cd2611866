"""List, open, mark and delete with PyPI's mailpit-api-client; print what was seen as JSON."""

import json
import sys

from mailpit.client.api import API

api = API(sys.argv[1])
listed = api.get_messages()
newest = listed.messages[0]
mail = api.get_message(newest.id)
api.get_message_headers(newest.id)
api.put_messages([newest.id], "Read", "true")
api.delete_messages([newest.id])
left = [message.subject for message in api.get_messages().messages]
sys.stdout.write(json.dumps({"total": listed.total, "subject": mail.subject, "left": left}))
