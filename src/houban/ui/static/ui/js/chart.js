import * as echarts from "echarts";

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// A chart: its option is JSON in a script inside; colours come from the tokens, so that dark mode follows.
class HoubanChart extends HTMLElement {
  connectedCallback() {
    this.option = JSON.parse(this.querySelector("script").textContent);
    this.setAttribute("role", "img");
    this.stage = document.createElement("div");
    this.stage.className = "chart-stage";
    this.append(this.stage);
    this.stage.style.height = `${this.clientHeight}px`;
    this.draw();
    this.observer = new ResizeObserver(() => this.chart.resize());
    this.observer.observe(this.stage);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", () => this.draw());
  }

  disconnectedCallback() {
    this.observer?.disconnect();
    this.chart?.dispose();
  }

  draw() {
    this.chart?.dispose();
    this.chart = echarts.init(this.stage);
    const token = (name) => getComputedStyle(this).getPropertyValue(`--${name}`).trim();
    const text = { color: token("ink-2"), fontSize: 12, fontFamily: token("sans") };
    const axis = {
      axisLabel: text,
      nameTextStyle: text,
      axisLine: { lineStyle: { color: token("line-2") } },
      splitLine: { lineStyle: { color: token("line") } },
    };
    const { xAxis, yAxis, legend, ...rest } = this.option;
    this.chart.setOption({
      animation: !still,
      color: ["d1", "d2", "d3", "d4", "d5"].map(token),
      textStyle: text,
      legend: { textStyle: text, ...legend },
      xAxis: { ...axis, ...xAxis, splitLine: { show: false } },
      yAxis: { ...axis, ...yAxis },
      ...rest,
    });
  }
}

customElements.define("houban-chart", HoubanChart);
