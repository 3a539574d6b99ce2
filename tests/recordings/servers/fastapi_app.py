"""What FastAPI answers: its own errors, and an API of a few orders."""

import sys

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from fastapi.security import HTTPBasic, HTTPBearer
from pydantic import BaseModel

app = FastAPI()
app.add_middleware(GZipMiddleware, minimum_size=256)
app.add_middleware(CORSMiddleware, allow_origin_regex=".*", allow_methods=["GET"], allow_headers=["X-Tenant"])
folder = sys.argv[2]


class Order(BaseModel):
    total: int


@app.get("/", response_class=HTMLResponse)
def page():
    return "<!doctype html><title>orders</title><h1>orders</h1>"


@app.get("/orders")
def listed():
    return [{"id": 1, "total": 12}]


@app.post("/orders", status_code=201)
def made(order: Order, response: Response):
    response.headers["Location"] = "/orders/2"
    return {"id": 2, "total": order.total}


@app.get("/orders/{number}")
def one(number: int):
    if number != 1:
        raise HTTPException(404, "there is no such order")
    return {"id": 1, "total": 12}


@app.delete("/orders/{number}", status_code=204)
def removed(number: int):
    return None


@app.get("/private")
def private(credentials=Depends(HTTPBasic())):
    return {}


@app.get("/token")
def token(credentials=Depends(HTTPBearer())):
    return {}


@app.get("/admin")
def admin():
    raise HTTPException(403)


@app.get("/moved")
def moved():
    return RedirectResponse("/orders", 301)


@app.get("/found")
def found():
    return RedirectResponse("/orders")


@app.get("/empty", status_code=204)
def empty():
    return Response(status_code=204)


@app.get("/conflict")
def conflict():
    raise HTTPException(409, "changed by somebody else")


@app.get("/gone")
def gone():
    raise HTTPException(410)


@app.get("/limited")
def limited():
    raise HTTPException(429, headers={"Retry-After": "30"})


@app.get("/crash")
def crash():
    raise RuntimeError("no such table: orders")


@app.get("/down")
def down():
    raise HTTPException(503)


@app.get("/login")
def login(response: Response):
    response.set_cookie("session", "31d4d96e407aad42", httponly=True, samesite="lax")
    return {"ok": True}


@app.get("/file.bin")
def file():
    return FileResponse(folder + "/site/file.bin")


@app.get("/big.txt")
def big():
    return FileResponse(folder + "/site/big.txt")


@app.get("/cors.json")
def cors():
    return {"orders": []}


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
