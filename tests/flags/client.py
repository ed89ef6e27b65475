"""OpenFeature's provider of OFREP for Python, unmodified, against the agent at the address in the arguments. Prints what it returns.

    python client.py ADDRESS [TOKEN]
"""

import json
import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

address, token = sys.argv[1], sys.argv[2:]
headers = (lambda: {"Authorization": f"Bearer {token[0]}"}) if token else None
api.set_provider(OFREPProvider(address, headers_factory=headers))
client = api.get_client()


def show(details):
    return {
        "value": details.value,
        "variant": details.variant,
        "reason": details.reason,
        "errorCode": details.error_code and details.error_code.value,
    }


pro = EvaluationContext("u1", {"plan": "pro", "email": "a@example.org"})
free = EvaluationContext("u2")
print(
    json.dumps(
        {
            "pro": show(client.get_boolean_details("lobby", False, pro)),
            "free": show(client.get_boolean_details("lobby", True, free)),
            "text": show(client.get_string_details("title", "x", pro)),
            "number": show(client.get_integer_details("limit", 0, pro)),
            "object": show(client.get_object_details("layout", {}, pro)),
            "split": show(client.get_string_details("split", "-", pro)),
            "disabled": show(client.get_boolean_details("gone", True, pro)),
            "absent": show(client.get_boolean_details("nowhere", True, pro)),
            "wrongType": show(client.get_string_details("lobby", "x", pro)),
        }
    )
)
