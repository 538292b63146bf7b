"""Networks put together from parts."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box, Discrete

from botcore import BotplayError
from botcore.agent import build_learner, build_network
from botcore.network import Encoder, innermost, load_arrays, to_arrays
from botcore.plugins import load_plugins
from botcore.processor import multiplies_bfloat16
from botcore.setup import choose
from botcore.training.build import in_bfloat16, open_for_training

PICTURES = Box(0, 255, (4, 84, 84), np.uint8)


def network(*assignments: str, space: Box | Discrete = PICTURES, memory: str = "lstm"):  # type: ignore[no-untyped-def]
    plugins = load_plugins()
    setup = choose(plugins, game="breakout", brain="a3c", memory=memory, assignments=assignments)
    return build_network(plugins, setup, space, {"policy": 3, "value": 1})


def test_shapes_through_eyes_memory_and_heads() -> None:
    net = network("memory.size=8")
    output, state = net(
        torch.zeros(5, 2, 4, 84, 84, dtype=torch.uint8), torch.zeros(5, 2, dtype=torch.bool), net.initial(2)
    )
    assert output["policy"].shape == (5, 2, 3)
    assert output["value"].shape == (5, 2, 1)
    assert [part.shape for part in state] == [(1, 2, 8), (1, 2, 8)]


def test_pixels_become_floats_in_0_to_1_and_colours_come_first() -> None:
    gray = Encoder(PICTURES)(torch.full((1, 4, 84, 84), 255, dtype=torch.uint8))
    assert gray.dtype == torch.float32
    assert float(gray.max()) == 1.0
    picture = torch.arange(210 * 160 * 3).reshape(1, 210, 160, 3).remainder(256).to(torch.uint8)
    encoder = Encoder(Box(0, 255, (210, 160, 3), np.uint8))
    torch.testing.assert_close(encoder(picture)[0, 2, 7, 9] * 255, picture[0, 7, 9, 2].float())


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 9, 12])
def test_the_channels_of_a_picture_are_its_smallest_side(channels: int) -> None:
    for shape in ((84, 72, channels), (channels, 84, 72)):
        assert Encoder(Box(0, 255, shape, np.uint8)).shape == (channels, 84, 72)


def test_a_single_number_is_a_vector_of_one() -> None:
    encoder = Encoder(Box(-1, 1, (), np.float32))
    assert encoder.shape == (1,)
    assert encoder(torch.tensor([0.5, -1.0])).tolist() == [[0.5], [-1.0]]


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6])
def test_channels_get_innermost_and_every_pixel_stays_where_it_is(channels: int) -> None:
    pictures = torch.randint(0, 256, (5, channels, 9, 7), dtype=torch.uint8)
    for given in (pictures, pictures[1:4], pictures[::2], pictures.movedim(2, 3).contiguous().movedim(3, 2)):
        turned = innermost(given)
        assert torch.equal(turned, given)
        assert turned.is_contiguous(memory_format=torch.channels_last)


def test_states_become_one_of_n() -> None:
    encoder = Encoder(Discrete(4, start=10))
    assert encoder(torch.tensor([12, 10])).tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]


def test_weights_travel_as_arrays_and_misfits_change_nothing() -> None:
    first, second = network(memory="none"), network(memory="none")
    load_arrays(second, to_arrays(first))
    seen = torch.randint(0, 256, (1, 2, 4, 84, 84), dtype=torch.uint8)
    torch.testing.assert_close(first(seen)[0]["policy"], second(seen)[0]["policy"])
    for broken in (
        {**to_arrays(first), "extra": np.zeros(1)},
        {**to_arrays(first), "heads.value.bias": np.zeros(2)},
    ):
        before = to_arrays(second)
        with pytest.raises(ValueError, match="do not fit"):
            load_arrays(second, broken)
        assert all(np.array_equal(before[name], array) for name, array in to_arrays(second).items())


def test_eyes_in_bfloat16_see_nearly_the_same_and_their_weights_learn_in_float32() -> None:
    exact, rough = network("memory.size=8"), network("memory.size=8")
    load_arrays(rough, to_arrays(exact))
    rough.see_in_bfloat16()
    seen = torch.randint(0, 256, (3, 2, 4, 84, 84), dtype=torch.uint8)
    starts = torch.zeros(3, 2, dtype=torch.bool)
    (one, _), (other, _) = (net(seen, starts, net.initial(2)) for net in (exact, rough))
    assert other["value"].dtype == torch.float32
    assert not torch.equal(one["value"], other["value"]), "it is another precision"
    torch.testing.assert_close(one["value"], other["value"], rtol=0.05, atol=0.05)
    for net, output in ((exact, one), (rough, other)):
        output["value"].square().sum().backward()
        assert all(weight.dtype == torch.float32 for weight in net.parameters())
    for (name, weight), (_, twin) in zip(exact.named_parameters(), rough.named_parameters(), strict=True):
        if weight.grad is not None:
            assert twin.grad is not None
            assert (
                torch.nn.functional.cosine_similarity(weight.grad.flatten(), twin.grad.flatten(), dim=0)
                > 0.98
            ), name


@pytest.mark.parametrize("memory", ["lstm", "none"])
def test_a_twin_sees_the_same_with_rounded_weights_and_takes_new_ones(memory: str) -> None:
    net = network("eyes.layer_norm=true", *(["memory.size=8"] if memory == "lstm" else []), memory=memory)
    net.see_in_bfloat16()
    twin = net.twin()
    weights = [twin.eyes[0].weight, twin.eyes[2].weight]
    weights += [twin.memory.lstm.weight_hh_l0] if memory == "lstm" else []
    assert {weight.dtype for weight in weights} == {torch.bfloat16}
    seen = torch.randint(0, 256, (3, 4, 84, 84), dtype=torch.uint8)
    starts = torch.tensor([[True, False, False]])

    for factor in (1.0, 1.1):
        with torch.no_grad():
            for weight in net.parameters():
                weight.mul_(factor)
            twin.load_state_dict(net.state_dict())
            with torch.autocast("cpu", torch.bfloat16):
                assert torch.equal(net.eyes(net.encoder(seen)), twin.eyes(twin.encoder(seen)))
            (one, state), (other, after) = (each(seen[None], starts, net.initial(3)) for each in (net, twin))
        torch.testing.assert_close(one["policy"], other["policy"], rtol=0.02, atol=0.002)
        assert torch.equal(one["policy"], other["policy"]) == (memory == "none"), "the memory is another"
        for part, rounded in zip(state, after, strict=True):
            torch.testing.assert_close(part, rounded, rtol=0.02, atol=0.01)
    assert all(weight.dtype == torch.float32 and weight.requires_grad for weight in net.parameters())
    assert not any(weight.requires_grad for weight in twin.parameters())


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_training_sees_in_the_precision_it_is_told_and_play_in_float32(precision: str) -> None:
    plugins = load_plugins()
    setup = choose(plugins, game="breakout", brain="a3c", assignments=[f"training.precision={precision}"])
    learner, batch = open_for_training(plugins, setup, copies=1, threads=1, seed=0)
    played = build_learner(plugins, setup, batch.envs.single_observation_space, 4)
    batch.close()
    assert learner.network.encoder.in_bfloat16 == (precision == "bfloat16")  # type: ignore[attr-defined]
    assert not played.network.encoder.in_bfloat16  # type: ignore[attr-defined]
    assert "optimiser" not in vars(played), "play makes none: it would import torch's compiler"


def test_the_processor_decides_unless_somebody_does() -> None:
    assert in_bfloat16("bfloat16")
    assert not in_bfloat16("float32")
    assert in_bfloat16("auto") == multiplies_bfloat16()


def test_pictures_too_small_for_the_eyes_are_told_with_a_remedy() -> None:
    with pytest.raises(BotplayError, match=r"eyes\.size=tiny"):
        network(space=Box(0, 255, (1, 12, 12), np.uint8))
    assert network("eyes.size=tiny", space=Box(0, 255, (1, 12, 12), np.uint8))
