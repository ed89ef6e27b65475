{
  database.url = "postgresql://db/x?user=node&password=hunter2";
}
