# The part of a request that names the schema.
{
  /**
    Returns the schema and the documents that it refers to, as the builder reads them.

    # Type

    ```
    toRequest :: { schemaInStore :: StorePath | null; mapAt :: Path -> AttrSet; } -> AttrSet
    ```
  */
  toRequest =
    { mapAt, schemaInStore }:
    let
      schemaMap = mapAt schemaInStore;
    in
    {
      schema = schemaInStore;
    }
    # Without other documents, the request is that of a schema alone.
    // (if schemaInStore == null || schemaMap == { } then { } else { inherit schemaMap; });
}
