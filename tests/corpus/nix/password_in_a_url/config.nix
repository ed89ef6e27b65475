{
  database = {
    url = "postgresql://bitcraps:hunter2@db.example.net/bitcraps";
    max_connections = 64;
  };
}
