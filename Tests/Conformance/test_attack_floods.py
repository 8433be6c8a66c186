"""Floods against `provisiond`: the attacker is cut, everybody else is served, memory stays."""

import pytest

import attacks_frames
import attacks_streams
from attack_target import CONTAINED, CUT, REFUSED, Target
from attack_watch import run
from daemon import Provisiond
from protocol import CREATE_USER
from sandbox_policy import POLICY, create_user_bytes

FLOODS = {
    "rapid_reset": attacks_frames.rapid_reset,
    "rapid_reset running": attacks_frames.rapid_reset_of_running_calls,
    "rapid_reset unread": attacks_frames.rapid_reset_unread,
    "reset_flood": attacks_frames.reset_flood,
    "reset_flood unread": attacks_frames.reset_flood_unread,
    **{f"made_you_reset {name}": attack
       for name, attack in attacks_frames.MADE_YOU_RESET.items()},
    "continuation_flood": attacks_frames.continuation_flood,
    "continuation_flood empty": attacks_frames.continuation_flood_empty,
    "continuation_flood many_blocks": attacks_frames.continuation_flood_many_blocks,
    "settings_flood": attacks_frames.settings_flood,
    "settings_flood unread": attacks_frames.settings_flood_empty_unread,
    "settings_many_entries": attacks_frames.settings_many_entries,
    "ping_flood": attacks_frames.ping_flood,
    "ping_flood unread": attacks_frames.ping_flood_unread,
    "priority_churn": attacks_frames.priority_churn,
    "zero_length_headers": attacks_streams.zero_length_headers,
    "empty_frames": attacks_frames.empty_frames,
    "empty_frames padded": attacks_frames.empty_frames_padded,
    "empty_frames continuation": attacks_frames.empty_frames_continuation,
    "empty_frames closed_stream": attacks_frames.empty_frames_closed_stream,
    "hpack_bomb": attacks_streams.hpack_bomb,
    "hpack_bomb continued": attacks_streams.hpack_bomb_continued,
    "oversized_headers": attacks_streams.oversized_headers,
    "oversized_headers one_field": attacks_streams.oversized_headers_one_field,
    "table_size_churn": attacks_frames.table_size_churn,
    "table_size above_the_limit": attacks_frames.table_size_above_the_limit,
    "max_streams": attacks_streams.max_streams,
    "window_update_flood": attacks_frames.window_update_flood,
    "window_update_flood stream": attacks_frames.window_update_flood_of_a_stream,
    "unknown_frames": attacks_frames.unknown_frames,
    "unknown_frames payload": attacks_frames.unknown_frames_with_payload,
    "bad_preface": attacks_frames.bad_preface,
    "post_terminate_garbage": attacks_frames.post_terminate_garbage,
}
# Each of these is answered as the protocol says; the connection may live.
REFUSALS = {
    "max_streams before_settings": attacks_streams.max_streams_before_settings,
    "made_you_reset early_answer": attacks_streams.made_you_reset_early_answer,
    "grpc_length_bomb": attacks_streams.grpc_length_bomb,
    "grpc_gzip_bomb": attacks_streams.grpc_gzip_bomb,
    "grpc_gzip_swelling": attacks_streams.grpc_gzip_swelling,
    "grpc_gzip_of_nothing": attacks_streams.grpc_gzip_of_nothing,
    "health_watch swelling": attacks_streams.health_watch_swelling,
    "health_watch long_name": attacks_streams.health_watch_long_name,
    "grpc_tiny_frames": attacks_streams.grpc_tiny_frames,
}


@pytest.fixture(scope="module")
def target(directory):
    with Provisiond(directory, POLICY, {}, "--sandbox") as server:
        with Target("provisiond", server.port, server.process.pid, CREATE_USER,
                    create_user_bytes(validate_only=True)) as target:
            yield target
    assert server.process.returncode == 0


@pytest.mark.parametrize("name", FLOODS)
def test_flood_is_cut(target, name):
    run(name, FLOODS[name], target, {CUT})


@pytest.mark.parametrize("name", REFUSALS)
def test_bomb_is_refused(target, name):
    run(name, REFUSALS[name], target, {CUT, REFUSED, CONTAINED})
