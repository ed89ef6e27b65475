"""Drives the server by the client of pygls, whose types are generated from the specification of the protocol.

    pygls_client.py PROGRAM FOLDER
"""

import asyncio
import pathlib
import sys

from lsprotocol import types
from pygls.lsp.client import LanguageClient

TEXT = "[network]\nmax_conections = 5\nlisten_port = 0\n"


async def main(program, folder):
    client = LanguageClient("test", "1")
    published = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def publish(params):
        published.put_nowait(params)

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_):
        return None

    await client.start_io(program, "lsp", cwd=folder)
    uri = pathlib.Path(folder, "a.toml").as_uri()
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=types.ClientCodeActionLiteralOptions(
                    code_action_kind=types.ClientCodeActionKindOptions(value_set=["quickfix"])
                )
            ),
            document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
        ),
        workspace=types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
        ),
    )
    result = await client.initialize_async(types.InitializeParams(capabilities=capabilities, root_uri=pathlib.Path(folder).as_uri()))
    assert result.capabilities.position_encoding == types.PositionEncodingKind.Utf16, result.capabilities.position_encoding
    client.initialized(types.InitializedParams())
    item = types.TextDocumentItem(uri=uri, language_id="toml", version=1, text=TEXT)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    first = await asyncio.wait_for(published.get(), 30)
    assert [diagnostic.code for diagnostic in first.diagnostics] == ["schema/unknown-key", "network/listen_port"], first

    document = types.TextDocumentIdentifier(uri=uri)
    at = {"text_document": document, "position": types.Position(line=2, character=3)}
    hover = await client.text_document_hover_async(types.HoverParams(**at))
    assert "`network.listen_port`" in hover.contents.value, hover
    completion = await client.text_document_completion_async(types.CompletionParams(**at))
    assert "listen_port" in [item.label for item in completion.items], completion
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=document))
    assert [child.name for child in symbols[0].children] == ["max_conections", "listen_port"], symbols
    where = types.Range(types.Position(1, 0), types.Position(1, 5))
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(text_document=document, range=where, context=types.CodeActionContext(diagnostics=[]))
    )
    assert actions[0].edit.changes[uri][0].new_text == "max_connections", actions
    fixed = types.TextDocumentContentChangeWholeDocument(text="[network]\nlisten_port=80\nmax_connections=500\n")
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=2), content_changes=[fixed]
        )
    )
    second = await asyncio.wait_for(published.get(), 30)
    assert (second.version, list(second.diagnostics)) == (2, []), second
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await client.text_document_formatting_async(types.DocumentFormattingParams(text_document=document, options=options))
    assert "listen_port = 80" in edits[0].new_text, edits
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    print("all features answered")


asyncio.run(main(*sys.argv[1:]))
