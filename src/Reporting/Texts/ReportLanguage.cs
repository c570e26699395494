namespace MinerFlow.Reporting.Texts;

/// <summary>Languages of what people read. Machine formats are the same in both.</summary>
public enum ReportLanguage
{
    English,
    Chinese,
}
