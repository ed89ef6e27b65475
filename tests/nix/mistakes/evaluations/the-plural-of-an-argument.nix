{ secrets, ... }:
{
  database.url = secrets "DB_URL";
}
