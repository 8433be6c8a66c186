/// The well-known messages of `google/protobuf`.
package enum GoogleProtobuf {}
