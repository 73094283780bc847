# What is changed in librdkafka's sources, each with its reason. A line that has become another ends the build: whoever takes a newer librdkafka
# then looks whether the reason is gone.
change() { # FILE LINE INSTEAD
  [ "$(grep -cF -- "$2" "$src/librdkafka/src/$1")" = 1 ] || { echo "$1 does not have once: $2" >&2; exit 1; }
  perl -pi -e 'BEGIN { ($line, $instead) = splice @ARGV, 0, 2 } s/\Q$line\E/$instead/' -- "$2" "$3" "$src/librdkafka/src/$1"
}

# A broker that the cluster has put out for a moment, since it or its machine stood still, names topics and not one broker. librdkafka takes
# that for the truth and forgets every broker, those of the bootstrap list too; often it then asks nobody ever again (its issue 5301). With this
# it asks again, as Java's client does.
change rdkafka_metadata.c 'if (md->broker_cnt == 0 && md->topic_cnt == 0) {' 'if (md->broker_cnt == 0) {'

# A broker that has just come back says of partitions that nobody leads them yet. librdkafka counts such a word and makes no entry of it, then reads
# as many entries as it has counted, and ends with a segmentation fault when the memory behind holds a negative number (its issue 5280).
change rdkafka_fetcher.c 'TopicTags->partitions_with_leader_change_cnt++;' \
  'TopicTags->partitions_with_leader_change_cnt += PartitionTags->CurrentLeader.LeaderId >= 0;'

# The mock broker, which the demo and the bench read from, takes a group for complete when its leader has sent everybody's partitions, as it counts
# them and not who has asked. It then refuses a member that asks later, which joins anew and waits there for the session timeout.
change rdkafka_mock_cgrp.c '        if (mcgrp->assignment_cnt < mcgrp->member_cnt)' \
  '        int asked_cnt = 0; rd_kafka_mock_cgrp_classic_member_t *member; TAILQ_FOREACH(member, &mcgrp->members, link) asked_cnt += !!member->resp;
        if (mcgrp->assignment_cnt < mcgrp->member_cnt || asked_cnt < mcgrp->member_cnt)'
