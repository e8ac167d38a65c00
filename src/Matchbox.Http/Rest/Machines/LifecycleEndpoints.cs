using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Rest;

/// <summary>What moves a machine through its life beside arming: <see cref="Lifecycle"/> says what may be done when.</summary>
internal sealed class LifecycleEndpoints(MachineCommands commands, MachineAnswers answers)
{
    private const string Tag = "Machines";

    public void Map(RestRoutes rest)
    {
        Command(rest, "ignore", commands.IgnoreAsync)
            .Describe("ignoreMachine", Tag, "Say that a machine is none of ours", "It gets no boot answer of any kind, by no way. A lease it gets as before.");
        Command(rest, "unignore", commands.UnignoreAsync)
            .Describe("unignoreMachine", Tag, "Answer a machine again");
        Command(rest, "protect", commands.ProtectAsync)
            .Describe("protectMachine", Tag, "Keep a machine from being armed", "Until it is unprotected, nothing installs on it. An arming that no installer was served by yet is taken back.");
        Command(rest, "unprotect", commands.UnprotectAsync)
            .Describe("unprotectMachine", Tag, "Let a machine be armed again");
    }

    private RouteHandlerBuilder Command(RestRoutes rest, string verb, Func<Machine, string, CancellationToken, bool, Task<CommandOutcome>> command) =>
        rest.Operator.MapPost($"/machines/{{id}}/{verb}", (HttpContext context, string id, bool? dryRun) =>
                answers.RunAsync(context, id, machine => command(machine, context.By(), context.RequestAborted, dryRun ?? false)))
            .RequireOnMachine(Role.Operator)
            .Produces<CommandResult>()
            .Fails(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
}
