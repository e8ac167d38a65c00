using Matchbox.Core;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Protocols;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>Machines: look, approve, arm, release. A machine is named by id, MAC, UUID, serial number or name.</summary>
internal sealed class MachineEndpoints(MachineRegistry machines, MachineCommands commands, MachineViews views, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/machines", ListAsync).RequireAuthorization(AccessPolicies.Viewer);
        routes.MapGet("/api/v1/machines/{id}", ShowAsync).RequireOnMachine(Role.Viewer);
        routes.MapPost("/api/v1/machines", AddAsync).RequireAuthorization(AccessPolicies.Operator);
        routes.MapDelete("/api/v1/machines/{id}", RemoveAsync).RequireOnMachine(Role.Operator);
        routes.MapPost("/api/v1/machines/{id}/arm", ArmAsync).RequireOnMachine(Role.Operator);
        routes.MapPost("/api/v1/machines/{id}/disarm", DisarmAsync).RequireOnMachine(Role.Operator);
        routes.MapPost("/api/v1/machines/{id}/release", ReleaseAsync).RequireOnMachine(Role.Operator);
    }

    private Task ShowAsync(HttpContext context) =>
        WithMachineAsync(context, machine => context.AnswerAsync(views.Of(machine), RestJson.Default.MachineView));

    private Task RemoveAsync(HttpContext context) =>
        CommandAsync(context, machine => commands.RemoveAsync(machine, context.By(), context.RequestAborted));

    private Task DisarmAsync(HttpContext context) =>
        CommandAsync(context, machine => commands.DisarmAsync(machine, context.By(), context.RequestAborted));

    private Task ReleaseAsync(HttpContext context) =>
        CommandAsync(context, machine => commands.ReleaseAsync(machine, context.By(), context.RequestAborted));

    private Task ListAsync(HttpContext context)
    {
        var selected = machines.All.Where(machine => context.User.May(Role.Viewer, machine.Labels));
        foreach (var selector in context.Request.Query["selector"])
        {
            var equals = selector?.IndexOf('=', StringComparison.Ordinal) ?? -1;
            if (equals < 1)
            {
                return context.RefuseAsync(StatusCodes.Status400BadRequest, $"a selector is key=value, such as role=worker, not '{selector}'");
            }
            var (key, value) = (selector![..equals], selector[(equals + 1)..]);
            selected = selected.Where(machine => views.Selects(machine, key, value));
        }
        var list = new MachineList([.. selected.OrderBy(machine => machine.Name.Length == 0).ThenBy(machine => machine.Name, StringComparer.Ordinal)
            .ThenBy(machine => machine.Id, StringComparer.Ordinal).Select(views.Of)]);
        return context.AnswerAsync(list, RestJson.Default.MachineList);
    }

    private async Task AddAsync(HttpContext context)
    {
        if (await context.ReadAsync(RestJson.Default.NewMachine) is not { } asked)
        {
            return;
        }
        if (!TryRead(asked, out var machine, out var error))
        {
            await context.RefuseAsync(StatusCodes.Status400BadRequest, error);
            return;
        }
        if (context.User.MayChange(machines.Find(machine.Id)?.Labels, machine.Labels) is AccessDecision.Refused refused)
        {
            await context.RefuseAsync(StatusCodes.Status403Forbidden, refused.Reason);
            return;
        }
        await AnswerAsync(context, await commands.AddAsync(machine, context.By(), context.RequestAborted));
    }

    private async Task ArmAsync(HttpContext context)
    {
        if (await context.ReadAsync(RestJson.Default.ArmRequest, absent: new ArmRequest(null)) is not { } asked)
        {
            return;
        }
        TimeSpan? lifetime = null;
        if (asked.Lifetime is { } text)
        {
            if (!Durations.TryParse(text, out var parsed))
            {
                await context.RefuseAsync(StatusCodes.Status400BadRequest, $"'{text}' is not a time, such as 4h or 90m");
                return;
            }
            lifetime = parsed;
        }
        await CommandAsync(context, machine => commands.ArmAsync(machine, context.By(), lifetime, context.RequestAborted));
    }

    private Task WithMachineAsync(HttpContext context, Func<Machine, Task> answer)
    {
        var name = (string)context.Request.RouteValues["id"]!;
        return machines.Resolve(name) is { } machine
            ? answer(machine)
            : context.RefuseAsync(StatusCodes.Status404NotFound, $"no machine, or more than one, is called '{name}': `matchbox machines` lists them");
    }

    private Task CommandAsync(HttpContext context, Func<Machine, Task<CommandOutcome>> command) => WithMachineAsync(context, async machine =>
    {
        try
        {
            await AnswerAsync(context, await command(machine));
        }
        catch (KeyNotFoundException)
        {
            await context.RefuseAsync(StatusCodes.Status404NotFound, $"{machine.Id} was removed meanwhile");
        }
        catch (IOException failure)
        {
            await context.RefuseAsync(StatusCodes.Status507InsufficientStorage, $"nothing was changed, the store failed: {failure.Message}");
        }
    });

    private Task AnswerAsync(HttpContext context, CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Done done => context.AnswerAsync(new CommandResult(done.Text, views.Of(done.Machine)), RestJson.Default.CommandResult),
        CommandOutcome.Refused refused => context.RefuseAsync(StatusCodes.Status409Conflict, refused.Reason),
        _ => throw new InvalidOperationException($"no answer for {outcome}"),
    };

    /// <summary>A new machine, or the one that is known by these identifiers with the new ones added.</summary>
    private bool TryRead(NewMachine asked, out Machine machine, out string error)
    {
        machine = null!;
        error = "";
        var macs = new List<HardwareAddress>();
        foreach (var text in asked.Macs.IsDefault ? [] : asked.Macs)
        {
            if (!HardwareAddress.TryParse(text, out var mac) || mac.IsMulticast || mac.IsZero)
            {
                error = $"'{text}' is not the MAC address of a machine, such as 52:54:00:77:00:01";
                return false;
            }
            macs.Add(mac);
        }
        MachineUuid? uuid = null;
        if (asked.Uuid is { } uuidText)
        {
            if (!MachineUuid.TryParse(uuidText, out var parsed) || !parsed.IsIdentity)
            {
                error = $"'{uuidText}' is not a UUID that names one machine";
                return false;
            }
            uuid = parsed;
        }
        if (asked.Serial is { } serial && !SerialNumber.IsIdentity(serial))
        {
            error = $"'{serial}' is not a serial number that names one machine";
            return false;
        }
        if (macs.Count == 0 && uuid is null && asked.Serial is null)
        {
            error = "a machine needs something that names it: a MAC, a UUID or a serial number";
            return false;
        }
        if (asked.Name is { Length: > 0 } name && (name.Length > 253 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))))
        {
            error = $"'{name}' is not a host name: letters, digits, hyphens and dots";
            return false;
        }
        var recognised = machines.Recognise(new MachineClaims(macs.Count > 0 ? macs[0] : null, uuid, asked.Serial));
        if (recognised.Conflict is { } conflict)
        {
            error = $"these identifiers belong to different machines: {conflict}";
            return false;
        }
        var present = recognised.Machine ?? new Machine
        {
            Id = macs.Count > 0 ? macs[0].ToHyphenString() : uuid?.ToString() ?? asked.Serial!,
            FirstSeenAt = clock.GetUtcNow(),
        };
        machine = present with
        {
            Name = asked.Name ?? present.Name,
            Macs = [.. present.Macs.Union(macs)],
            Uuid = uuid ?? present.Uuid,
            Serial = asked.Serial ?? present.Serial,
            Labels = asked.Labels is { } labels ? present.Labels.SetItems(labels) : present.Labels,
        };
        return true;
    }
}
