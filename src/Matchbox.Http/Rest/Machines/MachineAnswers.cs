using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Rest;

/// <summary>How calls about one machine find it, and how a command's outcome is answered.</summary>
internal sealed class MachineAnswers(MachineRegistry machines, MachineViews views)
{
    /// <exception cref="ProblemException">No machine, or more than one, is called so.</exception>
    public Machine Find(string id) => machines.Resolve(id)
        ?? throw new ProblemException(ProblemKind.NotFound, $"no machine, or more than one, is called '{id}': `matchbox machines` lists them");

    /// <summary>Runs a command on the machine; with <c>If-Match</c>, only when what can be written of it is what the caller saw.</summary>
    public async Task<IResult> RunAsync(HttpContext context, string id, Func<Machine, Task<CommandOutcome>> command)
    {
        var machine = Find(id);
        _ = Conditions.RequiredRevision(context.Request, MachineDefinitions.RevisionOf(machine));
        try
        {
            return Of(context, await command(machine));
        }
        catch (KeyNotFoundException)
        {
            return ProblemKind.NotFound.Tell($"{machine.Id} was removed meanwhile");
        }
    }

    public IResult Of(HttpContext context, CommandOutcome outcome)
    {
        switch (outcome)
        {
            case CommandOutcome.Done done:
                context.Response.Headers.ETag = Conditions.TagOf(MachineDefinitions.RevisionOf(done.Machine));
                return TypedResults.Ok(new CommandResult(done.Text, views.Of(done.Machine)));
            case CommandOutcome.Refused refused:
                return ProblemKind.Conflict.Tell(refused.Reason);
            default:
                throw new InvalidOperationException($"no answer for {outcome}");
        }
    }
}
