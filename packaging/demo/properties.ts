/** The two files of the quick start, with the demo's addresses in place of the reader's. */

export const workerFile = (bootstrap: string): string => `bootstrap.servers=${bootstrap}
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
key.converter.schemas.enable=false
value.converter.schemas.enable=false
`

export const sinkFile = (endpoint: string): string => `name=zilliz-kafka-connect-milvus
connector.class=com.milvus.io.kafka.MilvusSinkConnector
public.endpoint=${endpoint}
token=root:Milvus
collection.name=topic_0
topics=topic_0
`
