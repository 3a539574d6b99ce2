"""What Flask answers: its own errors, and an API of a few orders."""

import sys

from flask import Flask, Response, abort, jsonify, redirect, request, send_file

app = Flask(__name__)
orders = {1: {"id": 1, "total": 12}}
folder = sys.argv[2]


@app.get("/")
def page():
    return "<!doctype html><title>orders</title><h1>orders</h1>"


@app.get("/orders")
def listed():
    response = jsonify(list(orders.values()))
    response.add_etag()
    return response.make_conditional(request)


@app.post("/orders")
def made():
    order = request.get_json()
    if "total" not in order:
        abort(422)
    return jsonify(id=2, **order), 201, {"Location": "/orders/2"}


@app.get("/orders/<int:number>")
def one(number):
    return jsonify(orders[number]) if number in orders else abort(404)


@app.put("/orders/<int:number>")
def replaced(number):
    return "", 204


@app.delete("/orders/<int:number>")
def removed(number):
    return "", 204


@app.get("/private")
def private():
    return Response("sign in", 401, {"WWW-Authenticate": 'Basic realm="orders"'})


@app.get("/token")
def token():
    abort(401)


@app.get("/admin")
def admin():
    abort(403)


@app.get("/moved")
def moved():
    return redirect("/orders", 301)


@app.get("/found")
def found():
    return redirect("/orders")


@app.get("/empty")
def empty():
    return "", 204


@app.get("/conflict")
def conflict():
    abort(409)


@app.get("/gone")
def gone():
    abort(410)


@app.get("/limited")
def limited():
    abort(429)


@app.get("/crash")
def crash():
    raise RuntimeError("no such table: orders")


@app.get("/down")
def down():
    abort(503)


@app.get("/login")
def login():
    response = Response(status=204)
    response.set_cookie("session", "31d4d96e407aad42", httponly=True, samesite="Lax")
    return response


@app.get("/file.bin")
def file():
    return send_file(folder + "/site/file.bin", conditional=True)


app.run("127.0.0.1", int(sys.argv[1]), threaded=True)
