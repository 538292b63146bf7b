"""The LSTM: cutting time where episodes start must change nothing but speed."""

from __future__ import annotations

import torch

from botplay_memory.lstm import LstmSettings, build


def test_running_through_time_equals_one_step_at_a_time_with_the_state_cleared_at_starts() -> None:
    torch.manual_seed(0)
    lstm = build((6,), LstmSettings(size=5))
    features = torch.randn(9, 4, 6)
    starts = torch.rand(9, 4) < 0.3
    begin = tuple(torch.randn(1, 4, 5) for _ in range(2))

    together, end = lstm(features, begin, starts)

    state, outputs = begin, []
    for t in range(9):
        kept = tuple(torch.where(starts[t][None, :, None], 0.0, part) for part in state)
        output, state = lstm.lstm(lstm.norm(features[t : t + 1]), kept)
        outputs.append(output)
    torch.testing.assert_close(together, torch.cat(outputs))
    torch.testing.assert_close(end, state)


def test_with_rounded_matrices_it_remembers_nearly_the_same() -> None:
    torch.manual_seed(0)
    exact, rounded = build((6,), LstmSettings(size=16)), build((6,), LstmSettings(size=16))
    rounded.load_state_dict(exact.state_dict())
    rounded.round_weights()
    features = torch.randn(200, 4, 6)
    starts = torch.rand(200, 4) < 0.01
    with torch.no_grad():
        one, state = exact(features, exact.initial(4), starts)
        other, after = rounded(features, exact.initial(4), starts)
    assert not torch.equal(one, other)
    torch.testing.assert_close(one, other, rtol=0, atol=0.03)
    torch.testing.assert_close(state, after, rtol=0, atol=0.03)
    assert after[1].dtype == torch.float32, "what adds up over time may not be rounded"


def test_what_came_before_a_start_has_no_influence() -> None:
    lstm = build((3,), LstmSettings(size=4))
    features = torch.randn(6, 2, 3)
    starts = torch.zeros(6, 2, dtype=torch.bool)
    starts[3, 0] = True
    changed = features.clone()
    changed[:3] *= -1.0  # adding to them all is what the layer norm takes away
    state = lstm.initial(2)
    first, second = lstm(features, state, starts)[0], lstm(changed, state, starts)[0]
    torch.testing.assert_close(first[3:, 0], second[3:, 0])
    assert not torch.allclose(first[3:, 1], second[3:, 1])


def test_the_forget_gate_is_open_at_first() -> None:
    lstm = build((3,), LstmSettings(size=4))
    assert torch.equal(lstm.lstm.bias_ih_l0[4:8], torch.ones(4))
    assert not lstm.lstm.bias_ih_l0[:4].any()
