using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Components;

namespace Matchbox.Web.Components.Pages;

/// <summary>A column of a table of machines.</summary>
/// <param name="Title">Its head.</param>
/// <param name="Key">What it is sorted by.</param>
/// <param name="Cell">What stands in it.</param>
public sealed record MachineColumn(string Title, Func<MachineView, string> Key, RenderFragment<MachineView> Cell);
