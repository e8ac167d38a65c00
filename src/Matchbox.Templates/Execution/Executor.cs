using Matchbox.Templates.Formatting;
using Matchbox.Templates.Parsing;

namespace Matchbox.Templates.Execution;

/// <summary>
/// One execution of a template: walks its nodes, as Go's package text/template does, and writes to the output. Used once, by one
/// thread; the templates it reads are shared.
/// </summary>
internal sealed partial class Executor(
    IReadOnlyDictionary<string, ListNode> templates, MissingKey missingKey, TemplateLimits limits, ByteSink output, ITextFunctions? functions,
    CancellationToken cancellation)
    : IDisposable
{
    private readonly ValueWriter _writer = new(output);
    private readonly Budget _budget = new(limits.MaxSteps, cancellation);
    private readonly VariableStack _variables = new();
    private int _depth;

    private enum Flow : byte
    {
        Next,
        Break,
        Continue,
    }

    /// <summary>The node at work: where an error is.</summary>
    public Node? At { get; private set; }

    /// <summary>The template at work.</summary>
    public string TemplateName { get; private set; } = "";

    /// <exception cref="TemplateFailure">The template does not fit the data, or a limit was reached.</exception>
    public void Execute(string name, TemplateValue data)
    {
        TemplateName = name;
        _variables.Push(0, data);
        Walk(data, templates[name]);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _scratchWriter?.Dispose();
        _scratch?.Dispose();
    }

    private Flow Walk(in TemplateValue dot, ListNode list)
    {
        TemplateFailure.EnsureStack();
        foreach (var node in list.Nodes)
        {
            _budget.Take();
            At = node;
            var flow = Flow.Next;
            switch (node)
            {
                case TextNode text:
                    output.Write(text.Text.Span);
                    break;
                case ActionNode action:
                    WalkAction(dot, action);
                    break;
                case BranchNode { Kind: BranchKind.Range } range:
                    flow = WalkRange(dot, range);
                    break;
                case BranchNode branch:
                    flow = WalkIfOrWith(dot, branch);
                    break;
                case TemplateNode template:
                    WalkTemplate(dot, template);
                    break;
                case JumpNode jump:
                    flow = jump.IsBreak ? Flow.Break : Flow.Continue;
                    break;
            }
            if (flow != Flow.Next)
            {
                return flow;
            }
        }
        return Flow.Next;
    }

    // Variables that an action declares stay until the list's end; such an action prints nothing.
    private void WalkAction(in TemplateValue dot, ActionNode action)
    {
        var value = EvaluatePipeline(dot, action.Pipeline);
        if (action.Pipeline.Variables.Length > 0)
        {
            return;
        }
        At = action;
        var before = output.Length;
        if (value.IsInvalid)
        {
            output.Write("<no value>"u8);
        }
        else
        {
            _writer.Print(value);
        }
        _budget.TakeBytes(output.Length - before);
    }

    private Flow WalkIfOrWith(in TemplateValue dot, BranchNode branch)
    {
        var mark = _variables.Count;
        var value = EvaluatePipeline(dot, branch.Pipeline);
        var flow = Flow.Next;
        if (value.IsTrue)
        {
            flow = Walk(branch.Kind == BranchKind.With ? value : dot, branch.List);
        }
        else if (branch.ElseList is not null)
        {
            flow = Walk(dot, branch.ElseList);
        }
        _variables.Pop(mark);
        return flow;
    }

    private void WalkTemplate(in TemplateValue dot, TemplateNode node)
    {
        if (!templates.TryGetValue(node.Name, out var body))
        {
            throw Failure($"template {QuotedText.Of(node.Name)} not defined");
        }
        if (_depth >= limits.MaxDepth)
        {
            throw TemplateFailure.Limit($"exceeded maximum template depth ({limits.MaxDepth})");
        }
        var argument = node.Pipeline is null ? default : EvaluatePipeline(dot, node.Pipeline);
        var caller = TemplateName;
        TemplateName = node.Name;
        _depth++;
        var frame = _variables.Enter();
        _variables.Push(0, argument);
        Walk(argument, body);
        _variables.Leave(frame);
        _depth--;
        TemplateName = caller;
    }

    private static TemplateFailure Failure(string reason) => new(TemplateErrorKind.Execution, reason);
}
