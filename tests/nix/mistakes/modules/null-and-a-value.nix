{
  imports = [ { monitoring.tracing_endpoint = null; } ];
  monitoring.tracing_endpoint = "http://traces.example.net";
}
