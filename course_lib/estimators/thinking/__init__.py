"""Lesson 11: answers that think first. `tasks` is what one takes, `efforts` what is published;
`coverage` and `voting` say what trying again brings, `tries` what it costs; `agents` re-read,
`learning` is a step of reinforcement learning, `years` sets answers against training."""

from course_lib.estimators.thinking import efforts, years
from course_lib.estimators.thinking.agents import Agent, agent, published_agent
from course_lib.estimators.thinking.coverage import Difficulty, expected, fit, pass_at_k
from course_lib.estimators.thinking.learning import Step, rule_of_thumb, step_flops, step_seconds
from course_lib.estimators.thinking.tasks import Task, api_usd, task
from course_lib.estimators.thinking.token_prices import TokenPrices, listed
from course_lib.estimators.thinking.tries import best_of_flops, equal_tries, written_flops
from course_lib.estimators.thinking.voting import majority, plurality, voted

__all__ = [
    "Agent",
    "Difficulty",
    "Step",
    "Task",
    "TokenPrices",
    "agent",
    "api_usd",
    "best_of_flops",
    "efforts",
    "equal_tries",
    "expected",
    "fit",
    "listed",
    "majority",
    "pass_at_k",
    "plurality",
    "published_agent",
    "rule_of_thumb",
    "step_flops",
    "step_seconds",
    "task",
    "voted",
    "written_flops",
    "years",
]
