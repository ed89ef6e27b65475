# The files of an agent below /etc, and the options of its command line that name them. The unit refers to these
# names, so its text does not change with a store path.
{ lib }:
let
  inherit (lib)
    attrNames
    concatMap
    imap0
    listToAttrs
    nameValuePair
    optionalAttrs
    optionals
    ;
in
name: agent:
let
  folder = "/etc/confgate/${name}";
  loaded = (import ../../schema).load agent.schema agent.schemaMap;
  schemaMap = loaded.mapAt "${folder}/schema.json";
  documents = imap0 (index: url: {
    inherit url;
    file = "schemas/${toString index}";
    source = schemaMap.${url};
  }) (attrNames schemaMap);

  file = name': source: nameValuePair "confgate/${name}/${name'}" { inherit source; };
in
{
  schemaOptions = optionals (agent.schema != null) (
    [
      "--schema"
      "${folder}/schema.json"
      "--service"
      agent.serviceName
    ]
    ++ concatMap (document: [
      "--schema-map"
      "${document.url}=${folder}/${document.file}"
    ]) documents
  );

  gate = "${folder}/gate";

  files =
    listToAttrs (
      [
        (file "gate" (lib.getExe' agent.package (agent.package.meta.mainProgram or "confgate")))
      ]
      ++ optionals (agent.schema != null) (
        [ (file "schema.json" loaded.inStore) ]
        ++ map (document: file document.file document.source) documents
      )
    )
    // optionalAttrs (agent.bundle != null) (
      listToAttrs (
        map (name': file name' "${agent.bundle}/${name'}") [
          "config.toml"
          "origins.json"
          "manifest.json"
        ]
      )
    );
}
