"""A real SMTP server (aiosmtpd) with STARTTLS and AUTH, which keeps each message as a file.

mail.py PORT FOLDER CERTIFICATE KEY USER PASSWORD
"""
import asyncio, itertools, pathlib, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

port, folder, certificate, key, user, password = sys.argv[1:7]
folder = pathlib.Path(folder)
numbers = itertools.count(len(list(folder.glob("*.eml"))))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


class Keep:
    async def handle_DATA(self, server, session, envelope):
        name = folder / f"{next(numbers):06}.eml"
        part = name.with_suffix(".part")
        part.write_bytes(f"X-To: {','.join(envelope.rcpt_tos)}\r\n".encode() + envelope.content)
        part.rename(name)
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == user.encode() and data.password == password.encode()
    return AuthResult(success=good, handled=False)


def smtp():
    return SMTP(Keep(), tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticate)


async def main():
    server = await asyncio.get_running_loop().create_server(smtp, "127.0.0.1", int(port))
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
