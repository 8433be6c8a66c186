int cmessages_stub;
