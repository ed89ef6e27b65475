{ uris, ... }:
{
  actual = map ({ base, to }: uris.join base to) [
    {
      base = "https://example.net/a/b.json";
      to = "c.json";
    }
    {
      base = "https://example.net/a/b.json";
      to = "../c d.json";
    }
    {
      base = "https://example.net/a/b/c.json";
      to = "./d/../e/";
    }
    {
      base = "https://example.net";
      to = "a.json";
    }
    {
      base = "file:///srv/a.json";
      to = "/b.json";
    }
    {
      base = "urn:example:a";
      to = "";
    }
    {
      base = "urn:example:a";
      to = "https://example.net/a/./b";
    }
    {
      base = "https://example.net/a";
      to = "//example.org/b";
    }
  ];
  expected = [
    "https://example.net/a/c.json"
    "https://example.net/c%20d.json"
    "https://example.net/a/b/e/"
    "https://example.net/a.json"
    "file:///b.json"
    "urn:example:a"
    "https://example.net/a/b"
    "https://example.org/b"
  ];
}
