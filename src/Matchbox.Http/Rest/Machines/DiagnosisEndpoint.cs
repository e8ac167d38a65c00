using System.Collections.Immutable;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary>Why a machine does not boot.</summary>
/// <param name="Machine">Its id.</param>
/// <param name="At">When this was found.</param>
/// <param name="Next">What its next boot would get, in words.</param>
/// <param name="Findings">The worst first; none: nothing that was seen keeps it from booting.</param>
public sealed record DiagnosisView(string Machine, DateTimeOffset At, string Next, ImmutableArray<DiagnosisFinding> Findings);

/// <summary>One thing that keeps a machine from booting.</summary>
/// <param name="Kind">What it is, such as <c>loader-silent</c>.</param>
/// <param name="Severity"><c>problem</c>, <c>warning</c> or <c>information</c>.</param>
/// <param name="Text">What was seen.</param>
/// <param name="WhatToDo">What to try, the likeliest first.</param>
/// <param name="Since">When it was seen; absent: it holds now.</param>
public sealed record DiagnosisFinding(string Kind, string Severity, string Text, ImmutableArray<string> WhatToDo, DateTimeOffset? Since)
{
    public static DiagnosisFinding Of(Finding finding) => new(
        JsonNamingPolicy.KebabCaseLower.ConvertName(finding.Kind.ToString()), finding.Severity.ToString().ToLowerInvariant(), finding.Text, finding.WhatToDo, finding.Since);
}

/// <summary><c>GET /machines/{id}/diagnosis</c>: asking changes nothing.</summary>
internal sealed class DiagnosisEndpoint(MachineRegistry machines, BootDiagnosis diagnosis)
{
    private const string Shown = """
        { "machine": "52-54-00-77-00-01", "at": "2026-03-01T12:00:00Z", "next": "profile worker by group b7",
          "findings": [ { "kind": "offer-not-taken", "severity": "problem", "text": "It was offered an address and a loader, and sent no Request.",
                          "whatToDo": [ "Look at the switch and the relay." ], "since": "2026-03-01T11:58:00Z" } ] }
        """;

    public void Map(RestRoutes rest) => rest.Viewer.MapGet("/machines/{id}/diagnosis", Show).RequireOnMachine(Role.Viewer)
        .Describe("diagnoseMachine", "Machines", "Say why a machine does not boot",
            "From the timeline of its last boots, what is known of its network and what it would get now: each finding with what to do about it. Asking changes nothing.")
        .Produces<DiagnosisView>()
        .Shows(Shown)
        .Fails(ProblemKind.NotFound);

    private Ok<DiagnosisView> Show(string id)
    {
        var machine = machines.Resolve(id)
            ?? throw new ProblemException(ProblemKind.NotFound, $"no machine, or more than one, is called '{id}': `matchbox machines` lists them");
        var facts = diagnosis.FactsOf(machine);
        return TypedResults.Ok(new DiagnosisView(machine.Id, facts.Now, facts.Decision.Reason, [.. Diagnosis.Of(facts).Select(DiagnosisFinding.Of)]));
    }
}
