"""`/api/v2/faults`: what shall go wrong, in order, and how often."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_smtp.api.requests import BadRequestError, inbox_of, read_body, read_json
from mock_smtp.api.v2.scripts import read_script


async def listed(request: Request) -> Response:
    """Every fault in its order, those that are used up included."""
    return JSONResponse([fault.to_json() for fault in inbox_of(request).troubles.faults])


async def added(request: Request) -> Response:
    """Append one fault; answers it with its id."""
    body = await read_body(request)
    if not body.strip():
        raise BadRequestError("The body must be a JSON object.")
    fault = inbox_of(request).troubles.faults.add(read_script(read_json(body)))
    return JSONResponse(fault.to_json())


async def cleared(request: Request) -> Response:
    """Remove all faults."""
    return JSONResponse({"removed": inbox_of(request).troubles.faults.clear()})


async def removed(request: Request) -> Response:
    """Remove one fault; 404 where there is none of that id."""
    if not inbox_of(request).troubles.faults.remove(request.path_params["id"]):
        raise HTTPException(404, "There is no fault of that id.")
    return JSONResponse({"removed": 1})
