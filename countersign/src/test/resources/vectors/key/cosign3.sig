0D /D9Bµ
h«ëÏßÜSJppÎ˘J8w?¶ZçQUYN c °yﬁäG^»Êbá¸x)‘ﬁd>Êªè'K